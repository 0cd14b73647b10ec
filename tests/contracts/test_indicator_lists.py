"""Every row of the lists a province is measured by is a card, or a heading whose parts are cards."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ioc_pipeline.contracts.model import indicators_in

ROOT = Path(__file__).parents[2] / "data_contracts"

#: The operational catalogue, 101 rows in its order. A row that broke "one indicator, one unit, one direction" is a
#: heading: `HEADING: parts`. HC_*, KT_* … are codes of cards.
CATALOGUE = """
KT_GRDP_TT KT_GRDP_QM KT_GRDP_BQ:KT_GRDP_BQ_VND,CB_GRDP_BQ_USD KT_CC_NLTS KT_CC_CNXD KT_CC_DV KT_CC_THUE KT_CPI KT_NSLD
KT_CBCT CN_IIP_TH CN_IIP_LK CN_TIEUTHU CN_DIEN TM_BANLE:TM_BANLE,TM_BANLE_TT TM_XK:TM_XK,TM_XK_TT TM_NK:TM_NK,TM_NK_TT
TM_CUAKHAU:TM_CUAKHAU_LUOT,TM_CUAKHAU_TAN DL_KHACH DL_THU DL_LUUTRU NN_TT NN_NTM NN_CHERUNG NN_OCOP
NS_THU:NS_THU,NS_THU_DTTW,NS_THU_DTHD NS_THU_ND:NS_THU_ND,NS_THU_ND_DTTW,NS_THU_ND_DTHD NS_THU_XNK
NS_CHI:NS_CHI,NS_CHI_DT
DTC_KH DTC_GN DTC_TL DTC_DUAN DT_XH DT_FDI_DK DT_FDI_TH DT_DA_MOI:DT_DA_MOI_SO,DT_DA_MOI_VON DN_MOI:DN_MOI,DN_MOI_VON
DN_QUAYLAI DN_NGUNG DN_GIAITHE DN_HTX TD_HUYDONG:TD_HUYDONG,TD_HUYDONG_TT TD_DUNO:TD_DUNO,TD_DUNO_TT TD_NOXAU
LD_THATNGHIEP LD_VIECLAM:LD_VIECLAM,LD_VIECLAM_KH LD_CC XH_NGHEO:XH_NGHEO,XH_NGHEO_GIAM XH_NHATAM
XH_NOXH:XH_NOXH,XH_NOXH_TL XH_BHXH YT_BHYT YT_BACSI YT_GIUONG YT_CONGSUAT YT_HSSK
YT_DICH:YT_DICH_SXH,YT_DICH_TCM,YT_DICH_SOI YT_TIEMCHUNG GD_TRUONG:GD_TRUONG_SO,GD_LOP,GD_HOCSINH GD_GV
GD_TN:GD_TN,GD_TN_DIEM GD_CHUAN MT_CTR MT_XLNT MT_AQI:MT_AQI,MT_PM25 MT_NUOC MT_NUOCSACH:MT_NUOCSACH_DT,MT_NUOCSACH_NT
TT_MUA:TT_MUA,TT_MUCNUOC TT_HO:TT_HO,TT_HO_DUNGTICH
TT_THIETHAI:TT_THIETHAI_CHET,TT_THIETHAI_THUONG,TT_THIETHAI_TIEN DD_GCN DD_CSDL XD_QH XD_DTH
GT_TNGT:GT_TNGT_VU,GT_TNGT_CHET,GT_TNGT_THUONG AN_HS:AN_HS_VU,AN_HS_KP AN_CHAY AN_CAMERA:AN_CAMERA_SO,AN_CAMERA_TL
HC_DUNGHAN HC_QUAHAN:HC_QUAHAN,HC_QUAHAN_TL HC_TRUCTUYEN HC_TOANTRINH HC_TTTT HC_SOHOA HC_KQDT HC_TAISD HC_PHIDG
HC_766:HC_766,HC_766_CKMB,HC_766_TDGQ,HC_766_DVTT,HC_766_SH,HC_766_HL HC_PAKN_DH HC_PAKN_HL HC_VBDT HC_NHIEMVU CDS_5G
CDS_CKS CDS_KTS CDS_KHCN
XH_CHISO:CS_DTI,CS_DTI_HANG,CS_PII,CS_PII_HANG,CS_PAR,CS_PAR_HANG,CS_SIPAS,CS_SIPAS_HANG,CS_PAPI,CS_PAPI_HANG,CS_PCI
DL_DUNGHAN DL_DAYDU DL_NHAC
"""
#: Indicators the founding documents demand and the catalogue lacks.
DEMANDED = """
KHCN_DG_TT KHCN_DG_DIEM KHCN_DN_DMCN KHCN_DN_TD KHCN_NV_UD KHCN_NV_VANDE KHCN_NV_QL KHCN_NT:KHCN_NT,KHCN_NT_SO
KHCN_BANHA KHCN_DOIXUNG KHCN_QUY:KHCN_QUY_PD,KHCN_QUY_GN KHCN_TTDMST:KHCN_TTDMST,KHCN_TTDMST_LUOT
KHCN_PTN:KHCN_PTN_SO,KHCN_PTN_TL
KHCN_NHANLUC KHCN_CHUYENGIA KHCN_QT DN_KHOINGHIEP DN_HOTRO_DMST DN_SME_CDS DN_NENTANG HC_TT_CONG HC_TOP50 CDS_INTERNET
CDS_MANG:CDS_MANG_TOCDO,CDS_MANG_TRE CDS_TROLYAO CDS_GPU:CDS_GPU_CO,CDS_GPU_TL CDS_TTDL NV_NQ57 NV_KHO NV_KIENNGHI
"""
#: National rows that no province's card answers, although they apply: parts of a heading stand for it.
HEADINGS = {"CS11", "CS23"}
RATIOS = """
KT_GRDP_BQ_VND KT_CC_NLTS KT_CC_CNXD KT_CC_DV KT_CC_THUE KT_CBCT NN_NTM NN_CHERUNG DTC_TL TD_NOXAU LD_CC LD_NN XH_NGHEO
XH_BHXH YT_BHYT YT_BACSI YT_GIUONG YT_HSSK YT_TIEMCHUNG GD_TN GD_CHUAN MT_CTR MT_XLNT MT_NUOCSACH_DT MT_NUOCSACH_NT
DD_GCN DD_CSDL XD_QH XD_DTH AN_HS_KP AN_CAMERA_TL HC_DUNGHAN HC_TRUCTUYEN HC_TOANTRINH HC_TTTT HC_SOHOA HC_KQDT HC_TAISD
HC_PHIDG HC_PAKN_DH HC_PAKN_HL HC_VBDT HC_NHIEMVU CDS_5G CDS_CKS CDS_KHCN DL_DAYDU
"""


def rows(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in text.split():
        code, _, parts = word.partition(":")
        assert code not in found, code
        found[code] = parts.split(",") if parts else [code]
    return found


@pytest.mark.parametrize(("text", "count"), [(CATALOGUE, 101), (DEMANDED, 30)], ids=["catalogue", "demanded"])
def test_every_row_is_a_card_or_a_heading_of_cards(catalogue, text, count):
    found = rows(text)
    assert len(found) == count
    missing = {code: [p for p in parts if p not in catalogue.indicators] for code, parts in found.items()}
    assert not {code: parts for code, parts in missing.items() if parts}


def test_every_yearly_index_has_points_and_a_rank(catalogue):
    for index in ("DTI", "PII", "PAR", "SIPAS", "PAPI", "PCI"):
        points, rank = (catalogue.indicators[code] for code in (f"CS_{index}", f"CS_{index}_HANG"))
        assert (points.direction, rank.direction, rank.kind, rank.unit) == ("up", "down", "rank", "hạng")


def test_every_national_row_that_applies_to_a_province_is_answered(catalogue):
    listed = yaml.safe_load((ROOT / "reference" / "national_indicators.yaml").read_text(encoding="utf-8"))["codes"]
    apply = {row["code"] for row in listed if row["province"] in ("yes", "flag")} - HEADINGS
    answered = {ref for card in catalogue.indicators.values() for ref in card.references}
    assert {row["code"] for row in listed if row["list"] == "qd766"} <= apply and len(apply) >= 15 + 5 + 35
    assert not apply - answered


def test_a_ratio_is_a_ratio_of_sums_and_nothing_of_a_rate_is_summed(catalogue):
    cards = catalogue.indicators
    assert [code for code in rows(RATIOS) if cards[code].additivity != "R"] == []
    assert [c.code for c in cards.values() if c.additivity == "S" and c.unit in ("%", "điểm %", "hạng")] == []


def test_points_of_qd766_add_up_to_one_hundred(catalogue):
    groups = ("HC_766_CKMB", "HC_766_TDGQ", "HC_766_DVTT", "HC_766_SH", "HC_766_HL")
    maxima = [int(re.search(r"tối đa (\d+)", catalogue.indicators[g].name.vi)[1]) for g in groups]
    assert maxima == [18, 20, 22, 22, 18] and sum(maxima) == 100
    listed = yaml.safe_load((ROOT / "reference" / "national_indicators.yaml").read_text(encoding="utf-8"))["codes"]
    assert [int(row["target"]) for row in listed if row["list"] == "qd766"] == maxima
    for group, most in zip(groups, maxima, strict=True):
        assert all(abs(t.value - 0.9 * most) < 1e-9 for t in catalogue.indicators[group].targets), group


def test_weights_of_the_composite_indices():
    """PCI: ten sub-indices of 100 %; old DTI: 5 × 100 + 200 + 150 + 150 = 1000 points."""

    def weights(feed: str, pattern: str) -> list[float]:
        text = (ROOT / "feeds" / feed / "sample.yaml").read_text(encoding="utf-8")
        return [float(found) for found in re.findall(pattern, text)]

    assert weights("dti", r"\(\d, '[^']+', ([\d.]+)\)") == [0.1] * 5 + [0.2, 0.15, 0.15]
    pci = weights("pci", r"\(\d, '[^']+', ([\d.]+)\)")
    assert [round(100 * w) if max(pci) <= 1 else round(w) for w in pci] == [5, 5, 20, 5, 10, 5, 5, 20, 20, 5]


def test_a_card_without_a_source_says_why_and_one_that_reads_it_stays_unknown(catalogue):
    without = {c.code for c in catalogue.indicators.values() if c.no_source}
    assert without == {"KHCN_DG_TT", "DN_SO_QT", "DN_CN_TG", "DT_THONGMINH", "DL_DUNGHAN", "DL_NHAC"}
    assert all(not catalogue.indicators[code].formula and not catalogue.indicators[code].selection for code in without)
    assert "KHCN_DG_TT" in catalogue.indicators["KHCN_DG_DIEM"].formula


@pytest.mark.parametrize("path", sorted((ROOT / "indicators").glob("*.yaml")), ids=lambda p: p.stem)
def test_words_are_written_for_each_card(path):
    """No card borrows the plain words or the guidance of another of its file, and both languages differ."""
    cards = yaml.safe_load(path.read_text(encoding="utf-8"))["indicators"]
    for key in ("plain", "definition"):
        said = [card[key]["vi"] for card in cards if key in card]
        assert len(set(said)) == len(said), key
        assert all(card[key]["vi"] != card[key]["en"] for card in cards if key in card)


@pytest.mark.parametrize(
    "text", ["{", "a", "indicators: 7", "indicators: [7, {}, {code: 1}]", "indicators: {A: [], 7: {}}"]
)
def test_a_broken_list_of_indicators_is_no_indicators(tmp_path: Path, text: str) -> None:
    """Other declarations ask for the indicators of a feed before the check of its file has named what is wrong."""
    path = tmp_path / "indicators.yaml"
    path.write_text(text, encoding="utf-8")
    assert indicators_in(path) == {}
